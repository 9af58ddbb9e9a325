"""Training of Underpaint's starter model: autoencoder, tokenizer, text encoder and UNet, from scratch."""
