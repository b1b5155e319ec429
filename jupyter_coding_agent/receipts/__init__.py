"""What a receipt is worth, for whoever has public keys."""
