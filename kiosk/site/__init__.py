"""A testing centre's own machine: the site's keys, its seats' certificates, its proctors, and what is where.

Owns the site's folder. Refuses to know exams' content and results: it holds no key to either's inside beyond what seats need.
"""
