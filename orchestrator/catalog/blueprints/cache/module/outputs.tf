output "endpoint" {
  description = "Host name that programs write to; over TLS, port 6379."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Host name that programs read from."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "cache_arn" {
  description = "ARN of the cache."
  value       = aws_elasticache_replication_group.this.arn
}

output "security_group_id" {
  description = "Id of the group that says who reaches the cache."
  value       = aws_security_group.this.id
}
