"""Acts: mailbox, store, outbox, service and command line. Network, disk, clock and process live here alone."""
