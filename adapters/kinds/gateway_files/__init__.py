"""The gateway's own files from its senders: decisions, record requests, challenges and their answers."""
