/*
 * Debian's libfido2 drives a key that speaks 64-byte CTAPHID reports on a unix socket or a loopback port.
 *   cc libfido2.c $(pkg-config --cflags --libs libfido2) -o libfido2
 *   libfido2 unix:PATH|tcp:127.0.0.1:PORT SCENARIO
 * Prints a line a step, "ok NAME" or "failed NAME: WHY", and ends with 0 only where every step was ok.
 */
#include <fido.h>
#include <fido/bio.h>
#include <fido/config.h>
#include <fido/credman.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int sock = -1, failed;
static const char *where;
static const char *PIN = "1234-4711";
static const unsigned char CDH[32] = {7};
static const unsigned char USER[] = {1, 2, 3};

static void *io_open(const char *path) {
  (void)path;
  if (!strncmp(where, "unix:", 5)) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", where + 5);
    sock = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(sock, (void *)&to, sizeof to)) return NULL;
  } else {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(strrchr(where, ':') + 1)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sock = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(sock, (void *)&to, sizeof to)) return NULL;
  }
  return &sock;
}
static void io_close(void *handle) { (void)handle; close(sock); }
static int io_read(void *handle, unsigned char *buffer, size_t length, int ms) {
  size_t got = 0;
  (void)handle;
  while (got < length) {
    struct pollfd ready = {sock, POLLIN, 0};
    if (poll(&ready, 1, ms) <= 0) return -1;
    ssize_t n = read(sock, buffer + got, length - got);
    if (n <= 0) return -1;
    got += (size_t)n;
  }
  return (int)length;
}
/* libfido2 writes 65 bytes: a report number of zero, then the report. */
static int io_write(void *handle, const unsigned char *buffer, size_t length) {
  (void)handle;
  return write(sock, buffer + 1, length - 1) == (ssize_t)length - 1 ? (int)length : -1;
}

static void step(const char *name, int r, int wanted) {
  if (r == wanted) printf("ok %s\n", name);
  else {
    printf("failed %s: %s, not %s\n", name, fido_strerr(r), fido_strerr(wanted));
    failed++;
  }
  fflush(stdout);
}
static void holds(const char *name, int is) {
  if (is) printf("ok %s\n", name);
  else {
    printf("failed %s\n", name);
    failed++;
  }
  fflush(stdout);
}

static fido_cred_t *register_(const char *name, fido_dev_t *d, int alg, const unsigned char *user, size_t length, int ext, int prot, int rk, const char *pin, int wanted) {
  fido_cred_t *c = fido_cred_new();
  fido_cred_set_type(c, alg);
  fido_cred_set_clientdata_hash(c, CDH, sizeof CDH);
  fido_cred_set_rp(c, "example.com", "Example");
  fido_cred_set_user(c, user, length, "a@example.com", "A", NULL);
  if (rk) fido_cred_set_rk(c, FIDO_OPT_TRUE);
  if (ext) fido_cred_set_extensions(c, ext);
  if (prot) fido_cred_set_prot(c, prot);
  if (ext & FIDO_EXT_CRED_BLOB) fido_cred_set_blob(c, (const unsigned char *)"blob", 4);
  if (ext & FIDO_EXT_MINPINLEN) fido_cred_set_pin_minlen(c, 6);
  int r = fido_dev_make_cred(d, c, pin);
  if (r == FIDO_OK) r = fido_cred_x5c_ptr(c) ? fido_cred_verify(c) : fido_cred_verify_self(c);
  step(name, r, wanted);
  return c;
}

static fido_assert_t *asserts(fido_dev_t *d, const fido_cred_t *only, int ext, const char *pin, int *r) {
  static const unsigned char salt[64] = {1};
  fido_assert_t *a = fido_assert_new();
  fido_assert_set_clientdata_hash(a, CDH, sizeof CDH);
  fido_assert_set_rp(a, "example.com");
  if (only) fido_assert_allow_cred(a, fido_cred_id_ptr(only), fido_cred_id_len(only));
  if (ext) fido_assert_set_extensions(a, ext);
  if (ext & FIDO_EXT_HMAC_SECRET) fido_assert_set_hmac_salt(a, salt, sizeof salt);
  *r = fido_dev_get_assert(d, a, pin);
  return a;
}
static int verifies(const fido_assert_t *a, size_t i, const fido_cred_t *c) {
  int r;
  if (fido_cred_type(c) == COSE_EDDSA) {
    eddsa_pk_t *key = eddsa_pk_new();
    eddsa_pk_from_ptr(key, fido_cred_pubkey_ptr(c), fido_cred_pubkey_len(c));
    r = fido_assert_verify(a, i, COSE_EDDSA, key);
    eddsa_pk_free(&key);
  } else {
    es256_pk_t *key = es256_pk_new();
    es256_pk_from_ptr(key, fido_cred_pubkey_ptr(c), fido_cred_pubkey_len(c));
    r = fido_assert_verify(a, i, COSE_ES256, key);
    es256_pk_free(&key);
  }
  return r;
}

static void ceremonies(fido_dev_t *d) {
  int r, n = -1;
  step("set a PIN", fido_dev_set_pin(d, "0000-4711", NULL), FIDO_OK);
  step("a wrong PIN is refused", fido_dev_set_pin(d, PIN, "9999-0000"), FIDO_ERR_PIN_INVALID);
  fido_dev_get_retry_count(d, &n);
  holds("and costs a try", n == 7);
  step("change the PIN", fido_dev_set_pin(d, PIN, "0000-4711"), FIDO_OK);
  fido_cred_t *es256 = register_("register ES256", d, COSE_ES256, USER, 3, 0, 0, 1, PIN, FIDO_OK);
  fido_cred_t *eddsa = register_("register EdDSA", d, COSE_EDDSA, USER, 2, 0, 0, 1, PIN, FIDO_OK);
  fido_assert_t *a = asserts(d, NULL, 0, PIN, &r);
  step("sign in with two accounts", r, FIDO_OK);
  holds("both come, the newest first", fido_assert_count(a) == 2 && fido_assert_user_id_len(a, 0) == 2);
  step("the EdDSA signature is right", verifies(a, 0, eddsa), FIDO_OK);
  step("the ES256 signature is right", verifies(a, 1, es256), FIDO_OK);
  fido_cred_t *twin = fido_cred_new();
  fido_cred_set_type(twin, COSE_ES256);
  fido_cred_set_clientdata_hash(twin, CDH, sizeof CDH);
  fido_cred_set_rp(twin, "example.com", "Example");
  fido_cred_set_user(twin, USER, 1, "b", "B", NULL);
  fido_cred_exclude(twin, fido_cred_id_ptr(es256), fido_cred_id_len(es256));
  step("an excluded credential is not made again", fido_dev_make_cred(d, twin, PIN), FIDO_ERR_CREDENTIAL_EXCLUDED);
}

static void extensions(fido_dev_t *d) {
  int r;
  const int ext = FIDO_EXT_HMAC_SECRET | FIDO_EXT_CRED_BLOB | FIDO_EXT_LARGEBLOB_KEY | FIDO_EXT_CRED_PROTECT;
  fido_dev_set_pin(d, PIN, NULL);
  fido_cred_t *c = register_("register with four extensions", d, COSE_ES256, USER, 3, ext, FIDO_CRED_PROT_UV_REQUIRED, 1, PIN, FIDO_OK);
  fido_assert_t *a = asserts(d, c, FIDO_EXT_HMAC_SECRET | FIDO_EXT_CRED_BLOB | FIDO_EXT_LARGEBLOB_KEY, PIN, &r);
  step("sign in with three", r, FIDO_OK);
  holds("two secrets of hmac-secret", fido_assert_hmac_secret_len(a, 0) == 64);
  holds("credBlob", fido_assert_blob_len(a, 0) == 4 && !memcmp(fido_assert_blob_ptr(a, 0), "blob", 4));
  holds("largeBlobKey", fido_assert_largeblob_key_len(a, 0) == 32 && !memcmp(fido_assert_largeblob_key_ptr(a, 0), fido_cred_largeblob_key_ptr(c), 32));
  fido_assert_t *again = asserts(d, c, FIDO_EXT_HMAC_SECRET, PIN, &r);
  holds("the same secrets again", r == FIDO_OK && !memcmp(fido_assert_hmac_secret_ptr(a, 0), fido_assert_hmac_secret_ptr(again, 0), 64));
  asserts(d, c, 0, NULL, &r);
  step("what credProtect 3 protects is hidden without verification", r, FIDO_ERR_NO_CREDENTIALS);
  static unsigned char blob[3000];
  unsigned char *back = NULL;
  size_t length = 0;
  arc4random_buf(blob, sizeof blob);
  const unsigned char *key = fido_cred_largeblob_key_ptr(c);
  step("write a large blob of several fragments", fido_dev_largeblob_set(d, key, 32, blob, sizeof blob, PIN), FIDO_OK);
  step("read it", fido_dev_largeblob_get(d, key, 32, &back, &length), FIDO_OK);
  holds("and it is the same", length == sizeof blob && !memcmp(back, blob, length));
  step("remove it", fido_dev_largeblob_remove(d, key, 32, PIN), FIDO_OK);
  step("and it is gone", fido_dev_largeblob_get(d, key, 32, &back, &length), FIDO_ERR_NOTFOUND);
}

static void management(fido_dev_t *d) {
  fido_dev_set_pin(d, PIN, NULL);
  fido_cred_t *c = register_("register", d, COSE_ES256, USER, 3, 0, 0, 1, PIN, FIDO_OK);
  fido_credman_metadata_t *m = fido_credman_metadata_new();
  step("metadata", fido_credman_get_dev_metadata(d, m, PIN), FIDO_OK);
  holds("one there, 24 left", fido_credman_rk_existing(m) == 1 && fido_credman_rk_remaining(m) == 24);
  fido_credman_rp_t *rps = fido_credman_rp_new();
  step("relying parties", fido_credman_get_dev_rp(d, rps, PIN), FIDO_OK);
  holds("example.com", fido_credman_rp_count(rps) == 1 && !strcmp(fido_credman_rp_id(rps, 0), "example.com"));
  fido_cred_set_user(c, USER, 3, "new", "New", NULL);
  fido_cred_t *changed = fido_cred_new();
  fido_cred_set_id(changed, fido_cred_id_ptr(c), fido_cred_id_len(c));
  fido_cred_set_user(changed, USER, 3, "new", "New", NULL);
  step("rename", fido_credman_set_dev_rk(d, changed, PIN), FIDO_OK);
  fido_credman_rk_t *rks = fido_credman_rk_new();
  step("passkeys", fido_credman_get_dev_rk(d, "example.com", rks, PIN), FIDO_OK);
  holds("renamed", fido_credman_rk_count(rks) == 1 && !strcmp(fido_cred_user_name(fido_credman_rk(rks, 0)), "new"));
  step("delete", fido_credman_del_dev_rk(d, fido_cred_id_ptr(c), fido_cred_id_len(c), PIN), FIDO_OK);
  fido_credman_get_dev_metadata(d, m, PIN);
  holds("none there", fido_credman_rk_existing(m) == 0);
}

static void config(fido_dev_t *d) {
  const char *rp = "example.com";
  fido_dev_set_pin(d, PIN, NULL);
  step("enterprise attestation", fido_dev_enable_entattest(d, PIN), FIDO_OK);
  step("always verify", fido_dev_toggle_always_uv(d, PIN), FIDO_OK);
  register_("a registration without the PIN is refused", d, COSE_ES256, USER, 3, 0, 0, 0, NULL, FIDO_ERR_PIN_REQUIRED);
  step("not always any more", fido_dev_toggle_always_uv(d, PIN), FIDO_OK);
  step("minimum PIN length", fido_dev_set_pin_minlen(d, 6, PIN), FIDO_OK);
  step("for whom it is told", fido_dev_set_pin_minlen_rpid(d, &rp, 1, PIN), FIDO_OK);
  register_("register with minPinLength", d, COSE_ES256, USER, 3, FIDO_EXT_MINPINLEN, 0, 1, PIN, FIDO_OK);
  step("a shorter minimum is refused", fido_dev_set_pin_minlen(d, 5, PIN), FIDO_ERR_PIN_POLICY_VIOLATION);
  step("a short PIN is refused", fido_dev_set_pin(d, "12345", PIN), FIDO_ERR_PIN_POLICY_VIOLATION);
  step("force a change", fido_dev_force_pin_change(d, PIN), FIDO_OK);
  step("the same PIN is none", fido_dev_set_pin(d, PIN, PIN), FIDO_ERR_PIN_POLICY_VIOLATION);
  step("another is", fido_dev_set_pin(d, "another-4711", PIN), FIDO_OK);
}

/* The key's person gives one sample that is too fast, then good ones only. */
static void fingerprints(fido_dev_t *d) {
  fido_dev_set_pin(d, PIN, NULL);
  fido_bio_info_t *info = fido_bio_info_new();
  step("sensor information", fido_bio_dev_get_info(d, info), FIDO_OK);
  holds("four samples by touch", fido_bio_info_max_samples(info) == 4 && fido_bio_info_type(info) == 1);
  fido_bio_template_t *t = fido_bio_template_new();
  fido_bio_enroll_t *e = fido_bio_enroll_new();
  step("begin", fido_bio_dev_enroll_begin(d, t, e, 5000, PIN), FIDO_OK);
  holds("too fast", fido_bio_enroll_last_status(e) == FIDO_BIO_ENROLL_FP_TOO_FAST && fido_bio_enroll_remaining_samples(e) == 4);
  for (int i = 3; i >= 0; i--) {
    step("a sample", fido_bio_dev_enroll_continue(d, t, e, 5000), FIDO_OK);
    holds("a good one", fido_bio_enroll_last_status(e) == FIDO_BIO_ENROLL_FP_GOOD && fido_bio_enroll_remaining_samples(e) == i);
  }
  fido_bio_template_set_name(t, "Left thumb");
  step("name", fido_bio_dev_set_template_name(d, t, PIN), FIDO_OK);
  fido_bio_template_array_t *all = fido_bio_template_array_new();
  step("list", fido_bio_dev_get_template_array(d, all, PIN), FIDO_OK);
  holds("one, named", fido_bio_template_array_count(all) == 1 && !strcmp(fido_bio_template_name(fido_bio_template(all, 0)), "Left thumb"));
  /* What the key offers is read once, when it is opened. */
  fido_dev_close(d);
  step("open anew", fido_dev_open(d, where), FIDO_OK);
  fido_cred_t *c = fido_cred_new();
  fido_cred_set_type(c, COSE_ES256);
  fido_cred_set_clientdata_hash(c, CDH, sizeof CDH);
  fido_cred_set_rp(c, "example.com", "Example");
  fido_cred_set_user(c, USER, 3, "a", "A", NULL);
  fido_cred_set_uv(c, FIDO_OPT_TRUE);
  step("register by fingerprint alone", fido_dev_make_cred(d, c, NULL), FIDO_OK);
  holds("present and verified", fido_cred_flags(c) == 0x45);
  step("remove", fido_bio_dev_enroll_remove(d, t, PIN), FIDO_OK);
}

/* The key's person never comes. */
static void absent(fido_dev_t *d) {
  fido_dev_set_timeout(d, 500);
  fido_cred_t *c = fido_cred_new();
  fido_cred_set_type(c, COSE_ES256);
  fido_cred_set_clientdata_hash(c, CDH, sizeof CDH);
  fido_cred_set_rp(c, "example.com", "Example");
  fido_cred_set_user(c, USER, 3, "a", "A", NULL);
  holds("a registration that nobody touches for ends", fido_dev_make_cred(d, c, NULL) != FIDO_OK);
  step("cancel", fido_dev_cancel(d), FIDO_OK);
  fido_dev_set_timeout(d, -1);
}

static void u2f(fido_dev_t *d) {
  int r;
  holds("no FIDO2 key", !fido_dev_is_fido2(d));
  fido_cred_t *c = register_("register through U2F", d, COSE_ES256, USER, 3, 0, 0, 0, NULL, FIDO_OK);
  fido_assert_t *a = asserts(d, c, 0, NULL, &r);
  step("sign in through U2F", r, FIDO_OK);
  step("the signature is right", verifies(a, 0, c), FIDO_OK);
}

static void reset(fido_dev_t *d) {
  int r;
  fido_dev_set_pin(d, PIN, NULL);
  fido_cred_t *c = register_("register", d, COSE_ES256, USER, 3, 0, 0, 1, PIN, FIDO_OK);
  step("reset", fido_dev_reset(d), FIDO_OK);
  asserts(d, c, 0, NULL, &r);
  step("the credential is gone", r, FIDO_ERR_NO_CREDENTIALS);
  step("and the PIN", fido_dev_set_pin(d, PIN, NULL), FIDO_OK);
}

int main(int count, char **words) {
  static const struct { const char *name; void (*run)(fido_dev_t *); } scenarios[] = {
    {"ceremonies", ceremonies}, {"extensions", extensions}, {"management", management}, {"config", config},
    {"fingerprints", fingerprints}, {"absent", absent}, {"u2f", u2f}, {"reset", reset},
  };
  if (count != 3) return 2;
  fido_dev_io_t io = {io_open, io_close, io_read, io_write};
  fido_init(getenv("FIDO_DEBUG") ? FIDO_DEBUG : 0);
  fido_dev_t *d = fido_dev_new();
  fido_dev_set_io_functions(d, &io);
  where = words[1];
  if (fido_dev_open(d, where) != FIDO_OK) return 3;
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
    if (!strcmp(scenarios[i].name, words[2])) scenarios[i].run(d);
  fido_dev_close(d);
  return failed ? 1 : 0;
}
