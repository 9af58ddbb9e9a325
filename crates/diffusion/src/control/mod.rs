//! What steers a picture beside the text: networks that read a control picture and add to the UNet.

mod residuals;

pub use residuals::ControlResiduals;
