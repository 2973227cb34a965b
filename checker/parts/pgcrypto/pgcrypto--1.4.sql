\echo Use "CREATE EXTENSION pgcrypto" to load this file. \quit

CREATE FUNCTION digest(bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
RETURN CASE lower($2)
    WHEN 'md5' THEN decode(md5($1), 'hex')
    WHEN 'sha224' THEN sha224($1)
    WHEN 'sha256' THEN sha256($1)
    WHEN 'sha384' THEN sha384($1)
    WHEN 'sha512' THEN sha512($1)
    ELSE pg_catalog.workbench_pgcrypto('digest', convert_to(lower($2), 'UTF8'), $1)
END;

CREATE FUNCTION digest(text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
RETURN digest(convert_to($1, 'UTF8'), $2);

CREATE FUNCTION hmac(bytea, bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
RETURN pg_catalog.workbench_pgcrypto('hmac', convert_to(lower($3), 'UTF8'), $1, $2);

CREATE FUNCTION hmac(text, text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
RETURN hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3);

CREATE FUNCTION crypt(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
RETURN convert_from(pg_catalog.workbench_pgcrypto('crypt', convert_to($1, 'UTF8'), convert_to($2, 'UTF8')), 'UTF8');

CREATE FUNCTION gen_salt(text) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED
RETURN convert_from(pg_catalog.workbench_pgcrypto('gen_salt', convert_to(lower($1), 'UTF8')), 'UTF8');

CREATE FUNCTION gen_salt(text, integer) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED
RETURN convert_from(
    pg_catalog.workbench_pgcrypto('gen_salt', convert_to(lower($1), 'UTF8'), convert_to($2::text, 'UTF8')), 'UTF8'
);

CREATE FUNCTION gen_random_bytes(integer) RETURNS bytea LANGUAGE sql VOLATILE STRICT PARALLEL RESTRICTED
RETURN pg_catalog.workbench_pgcrypto('gen_random_bytes', convert_to($1::text, 'UTF8'));

CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION fips_mode() RETURNS boolean LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN false;

-- What is not computed here says so, instead of seeming to be misspelt.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'encrypt(bytea, bytea, text) RETURNS bytea', 'decrypt(bytea, bytea, text) RETURNS bytea',
        'encrypt_iv(bytea, bytea, bytea, text) RETURNS bytea', 'decrypt_iv(bytea, bytea, bytea, text) RETURNS bytea',
        'pgp_sym_encrypt_bytea(bytea, text) RETURNS bytea', 'pgp_sym_encrypt_bytea(bytea, text, text) RETURNS bytea',
        'pgp_sym_decrypt_bytea(bytea, text) RETURNS bytea', 'pgp_sym_decrypt_bytea(bytea, text, text) RETURNS bytea',
        'pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea',
        'pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea',
        'pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea',
        'pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea',
        'pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea', 'pgp_sym_encrypt(text, text) RETURNS bytea',
        'pgp_sym_encrypt(text, text, text) RETURNS bytea', 'pgp_pub_encrypt(text, bytea) RETURNS bytea',
        'pgp_pub_encrypt(text, bytea, text) RETURNS bytea', 'pgp_sym_decrypt(bytea, text) RETURNS text',
        'pgp_sym_decrypt(bytea, text, text) RETURNS text', 'pgp_pub_decrypt(bytea, bytea) RETURNS text',
        'pgp_pub_decrypt(bytea, bytea, text) RETURNS text', 'pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text',
        'pgp_key_id(bytea) RETURNS text', 'armor(bytea) RETURNS text'
    ] LOOP
        EXECUTE format(
            'CREATE FUNCTION %s LANGUAGE plpgsql AS %L', signature,
            format(
                'BEGIN RAISE feature_not_supported USING MESSAGE = %L; END',
                split_part(signature, ' RETURNS', 1) || ' is not among what this PostgreSQL has of pgcrypto'
            )
        );
    END LOOP;
END $$;
