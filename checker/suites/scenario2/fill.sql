-- 100,000 tasks, of which 63 are failed and 20 each share the first word of their title, and some 300,000 events, up to
-- 6 of a task, which came in another order than that of their times. The seed makes the words other ones in each run.
INSERT INTO tasks (title, description, status, created_at, updated_at)
SELECT initcap(left(md5(n %% 5000 || %(seed)s::text), 8)) || ' delivery ' || n
       || ' of the autumn catalogue, second warehouse, to be signed for',
       'To be packed and weighed.',
       CASE WHEN n %% 1600 = 7 THEN 'failed' WHEN n %% 20 = 0 THEN 'pending' WHEN n %% 50 = 3 THEN 'processing'
            ELSE 'completed' END,
       now() - interval '30 days' + n * interval '20 seconds', now() - interval '1 day'
FROM generate_series(1, 100000) AS n
;
INSERT INTO task_events (task_id, kind, detail, created_at)
SELECT n, (ARRAY['created', 'assigned', 'started', 'packed', 'weighed', 'completed'])[k], NULL,
       now() - interval '20 days' + ((k * 5 + n) %% 7) * interval '1 day' + n * interval '1 second'
FROM generate_series(1, 6) AS k, generate_series(1, 100000) AS n
WHERE k <= n * 7919::bigint %% 7
ORDER BY k, n
