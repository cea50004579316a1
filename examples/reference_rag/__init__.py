"""A small question-answering service to be audited. It answers badly sometimes: that is what the audit is for."""
