"""Results over the network: from the stick in the site's own machine to the office's server, receipts the other way.

Owns the only connections of the product. Runs where a network may be; a seat never imports it. Needs no secret of an exam and
no key of the site: results are sealed and signed already, and nothing is erased here, ever.

``address`` and ``credentials`` say where to and as whom; ``connection`` is the only module that knows HTTP; ``uploading`` is the
run, ``receiving`` what happens to receipts, ``patience`` how long to try,
``faults`` what can be wrong, ``facts`` what is reported.
"""
