# English. One message for everything a person reads or hears; sections are named after the part of the studio.
