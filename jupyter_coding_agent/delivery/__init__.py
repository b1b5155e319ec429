"""What leaves the product: the files of an execution as an archive that stands on its own."""
