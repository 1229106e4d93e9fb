#!/bin/sh
# What Debian's webhook runs for a callback that its rule matches: keep the id.
echo "\"$1\"" >>"$STATE"
