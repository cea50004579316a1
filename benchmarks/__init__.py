"""Measurements that are run by hand: `make bench-*`. Each ends with one line of JSON."""
