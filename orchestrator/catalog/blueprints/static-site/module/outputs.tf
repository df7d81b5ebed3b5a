output "url" {
  description = "Where the site is seen."
  value       = "https://${aws_cloudfront_distribution.this.domain_name}"
}

output "bucket_name" {
  description = "Name of the bucket that the files are put into."
  value       = aws_s3_bucket.this.id
}

output "distribution_id" {
  description = "Id of the distribution, to have changed files fetched anew."
  value       = aws_cloudfront_distribution.this.id
}
