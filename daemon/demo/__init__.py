"""The demonstration: invented mails through a real IMAP server, the service's own code and a real SMTP server."""
