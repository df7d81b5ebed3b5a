data "aws_partition" "current" {}

locals {
  # Services that may become the role. A container service's tasks are called by another name than the service itself.
  services = {
    ec2    = "ec2.amazonaws.com"
    ecs    = "ecs-tasks.amazonaws.com"
    lambda = "lambda.amazonaws.com"
  }

  statements = concat(
    length(var.read_buckets) + length(var.write_buckets) == 0 ? [] : [{
      Sid      = "ListBuckets"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation"]
      Resource = [for each in setunion(var.read_buckets, var.write_buckets) : "arn:${data.aws_partition.current.partition}:s3:::${each}"]
    }],
    length(var.read_buckets) + length(var.write_buckets) == 0 ? [] : [{
      Sid      = "ReadObjects"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetObjectVersion"]
      Resource = [for each in setunion(var.read_buckets, var.write_buckets) : "arn:${data.aws_partition.current.partition}:s3:::${each}/*"]
    }],
    length(var.write_buckets) == 0 ? [] : [{
      Sid      = "WriteObjects"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      Resource = [for each in var.write_buckets : "arn:${data.aws_partition.current.partition}:s3:::${each}/*"]
    }],
    length(var.queue_arns) == 0 ? [] : [{
      Sid      = "UseQueues"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
      Resource = tolist(var.queue_arns)
    }],
    length(var.table_arns) == 0 ? [] : [{
      Sid      = "UseTables"
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable"]
      Resource = flatten([for each in var.table_arns : [each, "${each}/index/*"]])
    }],
    length(var.secret_arns) == 0 ? [] : [{
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
      Resource = tolist(var.secret_arns)
    }],
  )
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "What the application ${var.name} may do."
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary_arn == "" ? null : var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = local.services[var.runs_on] }
      }
    ]
  })
}

resource "aws_iam_role_policy" "this" {
  count = length(local.statements) > 0 ? 1 : 0

  name   = "application"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

# A server gets a role by way of a profile.
resource "aws_iam_instance_profile" "this" {
  count = var.runs_on == "ec2" ? 1 : 0

  name = var.name
  role = aws_iam_role.this.name
  tags = var.tags
}
