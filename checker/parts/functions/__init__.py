"""The function host: the AWS Lambda runtime API and an SQS event source mapping, on the trusted side."""
