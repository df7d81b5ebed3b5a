output "endpoint" {
  description = "Host and port for connections."
  value       = aws_db_instance.this.endpoint
}

output "database_name" {
  description = "Name of the first database."
  value       = aws_db_instance.this.db_name
}

output "database_arn" {
  description = "ARN of the database server."
  value       = aws_db_instance.this.arn
}

output "password_secret_arn" {
  description = "ARN of the secret in Secrets Manager with the administrator's user name and password."
  value       = try(aws_db_instance.this.master_user_secret[0].secret_arn, "")
}

output "security_group_id" {
  description = "Id of the group that says who reaches the database."
  value       = aws_security_group.this.id
}
