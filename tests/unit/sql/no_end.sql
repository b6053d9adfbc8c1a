-- cut: no end
SELECT 1
