"""What users install elsewhere: proofs, the offline verifier, the REST client and the CI gate."""
