#!/bin/sh
# Stands for an exported program that enduse runs: prints what it would have done, until it is ended.
while :; do
    echo "would have used: $1"
    sleep 1
done
