"""What the features stand on."""
