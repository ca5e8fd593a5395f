/*
 * How fast libfido2 asks a key on a unix socket: libfido2 unix:PATH COUNT WARM_UP. One JSON object: of each call,
 * milliseconds of time and of this process's CPU, after as many calls as WARM_UP says.
 *   cc -O2 libfido2.c $(pkg-config --cflags --libs libfido2) -o libfido2
 */
#define _GNU_SOURCE
#include <fido.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int sock;
static const char *path;
static fido_dev_t *dev;
static const unsigned char hash[32] = {7};
static unsigned char id[1024];
static size_t id_length;

static void *io_open(const char *ignored) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  (void)ignored;
  snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
  sock = socket(AF_UNIX, SOCK_STREAM, 0);
  return connect(sock, (void *)&to, sizeof to) ? NULL : &sock;
}
static void io_close(void *handle) { (void)handle; close(sock); }
static int io_read(void *handle, unsigned char *buffer, size_t length, int ms) {
  (void)handle;
  for (size_t got = 0; got < length;) {
    struct pollfd ready = {sock, POLLIN, 0};
    if (poll(&ready, 1, ms) <= 0) return -1;
    ssize_t n = read(sock, buffer + got, length - got);
    if (n <= 0) return -1;
    got += (size_t)n;
  }
  return (int)length;
}
static int io_write(void *handle, const unsigned char *buffer, size_t length) {
  (void)handle;
  return write(sock, buffer + 1, length - 1) == (ssize_t)length - 1 ? (int)length : -1;
}

static void must(int r) {
  if (r == FIDO_OK) return;
  fprintf(stderr, "%s\n", fido_strerr(r));
  exit(1);
}
static void get_info(void) {
  fido_cbor_info_t *info = fido_cbor_info_new();
  must(fido_dev_get_cbor_info(dev, info));
  fido_cbor_info_free(&info);
}
static void make_credential(void) {
  fido_cred_t *cred = fido_cred_new();
  fido_cred_set_type(cred, COSE_ES256);
  fido_cred_set_clientdata_hash(cred, hash, sizeof hash);
  fido_cred_set_rp(cred, "example.com", "Example");
  fido_cred_set_user(cred, (const unsigned char *)"user 1", 6, "ada", "Ada", NULL);
  must(fido_dev_make_cred(dev, cred, NULL));
  id_length = fido_cred_id_len(cred);
  memcpy(id, fido_cred_id_ptr(cred), id_length);
  fido_cred_free(&cred);
}
static void get_assertion(void) {
  fido_assert_t *assertion = fido_assert_new();
  fido_assert_set_clientdata_hash(assertion, hash, sizeof hash);
  fido_assert_set_rp(assertion, "example.com");
  fido_assert_allow_cred(assertion, id, id_length);
  must(fido_dev_get_assert(dev, assertion, NULL));
  fido_assert_free(&assertion);
}

static double now(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return at.tv_sec * 1000.0 + at.tv_nsec / 1e6;
}
static void measure(const char *name, void (*call)(void), int count, int warm_up) {
  for (int i = 0; i < warm_up; i++) call();
  double began = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < count; i++) call();
  double took = now(CLOCK_MONOTONIC) - began, spent = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("\"%s\":{\"ms\":%f,\"cpuMs\":%f}", name, took / count, spent / count);
}

int main(int argc, char **argv) {
  fido_dev_io_t io = {io_open, io_close, io_read, io_write};
  if (argc < 4 || strncmp(argv[1], "unix:", 5)) return 2;
  path = argv[1] + 5;
  int count = atoi(argv[2]), warm_up = atoi(argv[3]);
  fido_init(0);
  dev = fido_dev_new();
  must(fido_dev_set_io_functions(dev, &io));
  must(fido_dev_open(dev, "key"));
  printf("{");
  measure("getInfo", get_info, count, warm_up);
  printf(",");
  measure("makeCredential", make_credential, count, warm_up);
  printf(",");
  measure("getAssertion", get_assertion, count, warm_up);
  printf("}\n");
  fido_dev_close(dev);
  return 0;
}
