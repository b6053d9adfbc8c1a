-- one: a statement
SELECT 1;

-- one: again
SELECT 2;
