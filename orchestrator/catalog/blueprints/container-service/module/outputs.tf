output "url" {
  description = "Where the service is reached."
  value       = "${local.has_tls ? "https" : "http"}://${aws_lb.this.dns_name}"
}

output "service_name" {
  description = "Name of the service, and of its cluster."
  value       = aws_ecs_service.this.name
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn
}

output "log_group" {
  description = "Name of the log group with the application's lines."
  value       = aws_cloudwatch_log_group.this.name
}

output "task_security_group_id" {
  description = "Id of the containers' group, to let them reach a database or a cache."
  value       = aws_security_group.tasks.id
}
