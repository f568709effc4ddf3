"""A stand-in for Twilio's messaging API, for development and tests.

A package and a process of its own (``python -m simulator``): the product talks with it through the official
client and real signed webhooks. It imports nothing of the product, keeps everything in memory, and is never
started in production.
"""
