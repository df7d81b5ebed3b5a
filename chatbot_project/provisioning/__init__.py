"""Making what the system needs of SQS and S3, again and again without harm."""
