-- The catalogue: 1,000 products, the same on every machine.
-- Three words name each: 10 materials x 10 kinds x 10 sizes, so that no two are called alike.
INSERT INTO products (sku, name, unit_price, currency)
SELECT 'SKU-' || lpad(n::text, 4, '0'),
       (ARRAY['Oak', 'Linen', 'Copper', 'Wool', 'Glass', 'Leather', 'Bamboo', 'Ceramic', 'Steel', 'Cotton'])[1 + (n - 1) % 10]
           || ' ' ||
       (ARRAY['Lamp', 'Chair', 'Bowl', 'Blanket', 'Vase', 'Satchel', 'Tray', 'Teapot', 'Kettle', 'Cushion'])[1 + (n - 1) / 10 % 10]
           || ', ' ||
       (ARRAY['Mini', 'Extra Small', 'Small', 'Compact', 'Medium', 'Regular', 'Wide', 'Large', 'Extra Large', 'Grand'])[1 + (n - 1) / 100],
       -- 5.00 to 200.00; 7919 is a prime, so that neighbours differ.
       CASE n WHEN 1 THEN 1999 ELSE 500 + n * 7919 % 19501 END,
       'EUR'
FROM generate_series(1, 1000) AS n;

-- SKU-0001 is what everybody buys at once, SKU-1000 is what nobody can; the others have 1,000 to 10,000.
INSERT INTO stock (sku, initial, on_hand)
SELECT sku, pieces, pieces
FROM (
    SELECT 'SKU-' || lpad(n::text, 4, '0') AS sku,
           CASE n WHEN 1 THEN 1000000 WHEN 1000 THEN 0 ELSE 1000 + n * 7907 % 9001 END AS pieces
    FROM generate_series(1, 1000) AS n
) AS catalogue;
