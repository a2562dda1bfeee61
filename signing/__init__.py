"""Who vouches for these bytes, and who may read them: keys, trust, signed envelopes, key wraps, sealed streams, PIN.

Owns cryptography. Refuses to know exams and machines.
"""
