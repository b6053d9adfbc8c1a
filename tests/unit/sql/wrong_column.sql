-- wrong_column: no such column
SELECT colour FROM event;
