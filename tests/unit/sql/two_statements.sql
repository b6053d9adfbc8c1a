-- two: one statement each
SELECT 1; SELECT 2;
