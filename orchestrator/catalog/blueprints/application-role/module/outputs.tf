output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}

output "role_arn" {
  description = "ARN of the role, to be given to the application."
  value       = aws_iam_role.this.arn
}

output "instance_profile_name" {
  description = "Name of the profile by which a server gets the role; empty when the application runs elsewhere."
  value       = try(aws_iam_instance_profile.this[0].name, "")
}
