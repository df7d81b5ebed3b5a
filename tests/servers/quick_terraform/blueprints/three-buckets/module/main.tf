variable "name" {
  description = "What the names of the buckets begin with."
  type        = string
}

variable "note" {
  description = "A tag of every bucket, to change them by."
  type        = string
  default     = "none"
}

resource "aws_s3_bucket" "first" {
  bucket_prefix = "${var.name}-first-"
  tags          = { part = "first", note = var.note }
}

resource "aws_s3_bucket" "second" {
  bucket_prefix = "${var.name}-second-"
  tags          = { part = "second", note = var.note }
  depends_on    = [aws_s3_bucket.first]
}

resource "aws_s3_bucket" "third" {
  bucket_prefix = "${var.name}-third-"
  tags          = { part = "third", note = var.note }
  depends_on    = [aws_s3_bucket.second]
}

output "first" {
  value = aws_s3_bucket.first.bucket
}

output "second" {
  value = aws_s3_bucket.second.bucket
}

output "third" {
  value = aws_s3_bucket.third.bucket
}
