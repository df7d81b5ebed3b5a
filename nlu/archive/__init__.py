"""Copies of the stored versions elsewhere (S3), and their return when a stored file is lost or damaged."""
