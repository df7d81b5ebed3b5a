output "bucket_name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "ARN of the bucket, for policies."
  value       = aws_s3_bucket.this.arn
}

output "bucket_domain_name" {
  description = "Host name under which the bucket is reached."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}

output "versioning" {
  description = "Enabled or Suspended."
  value       = aws_s3_bucket_versioning.this.versioning_configuration[0].status
}
