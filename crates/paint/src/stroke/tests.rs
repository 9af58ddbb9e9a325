//! What holds for every brush.
