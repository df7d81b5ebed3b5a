locals {
  ending  = var.fifo ? ".fifo" : ""
  own_key = var.kms_key_id != ""

  queues = {
    main        = aws_sqs_queue.this
    dead_letter = aws_sqs_queue.dead_letter
  }
}

resource "aws_sqs_queue" "dead_letter" {
  name                              = "${var.name}-dlq${local.ending}"
  fifo_queue                        = var.fifo
  message_retention_seconds         = 14 * 86400
  sqs_managed_sse_enabled           = local.own_key ? null : true
  kms_master_key_id                 = local.own_key ? var.kms_key_id : null
  kms_data_key_reuse_period_seconds = local.own_key ? 300 : null
  tags                              = var.tags
}

resource "aws_sqs_queue" "this" {
  name                              = "${var.name}${local.ending}"
  fifo_queue                        = var.fifo
  content_based_deduplication       = var.fifo
  message_retention_seconds         = var.retention_days * 86400
  visibility_timeout_seconds        = var.visibility_seconds
  receive_wait_time_seconds         = 20
  sqs_managed_sse_enabled           = local.own_key ? null : true
  kms_master_key_id                 = local.own_key ? var.kms_key_id : null
  kms_data_key_reuse_period_seconds = local.own_key ? 300 : null
  tags                              = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.max_receives
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

resource "aws_sqs_queue_policy" "transport" {
  for_each = local.queues

  queue_url = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyUnencryptedTransport"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = each.value.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ]
  })
}
