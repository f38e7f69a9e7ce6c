// The one routine of libsodium that Thymus calls: SHA-256 of a buffer.
#pragma once
int crypto_hash_sha256(unsigned char *out, const unsigned char *in, unsigned long long inlen);
