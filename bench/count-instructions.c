/*
 * A plugin for qemu's user mode (https://www.qemu.org/docs/master/devel/tcg-plugins.html, interface of version 1): counts how often each block of
 * instructions runs on one thread, between the first and the second time that it calls getpriority. Then it writes a line for each block to `out`:
 * its address (hex), its instructions, how often it ran. The declarations are those of qemu-plugin.h, which Debian does not ship.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
typedef struct {
  const char *target_name;
  struct {
    int min;
    int cur;
  } version;
  bool system_emulation;
} qemu_info_t;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), int flags, void *);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t,
                                          void (*)(qemu_plugin_id_t, unsigned, int64_t, uint64_t, uint64_t, uint64_t,
                                                   uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));

EXPORT int qemu_plugin_version = 1;

enum { GETPRIORITY = 140 };

struct block {
  uint64_t address;
  size_t instructions;
  uint64_t runs;
  struct block *next;
};

static struct block *blocks;
static volatile bool counts;
static unsigned thread;
static char out[4096];

static void on_run(unsigned vcpu, void *data) {
  if (counts && vcpu == thread) ((struct block *)data)->runs++;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  struct block *block = calloc(1, sizeof *block);
  if (block == NULL) abort();
  block->address = qemu_plugin_tb_vaddr(tb);
  block->instructions = qemu_plugin_tb_n_insns(tb);
  do
    block->next = blocks;
  while (!__sync_bool_compare_and_swap(&blocks, block->next, block));
  qemu_plugin_register_vcpu_tb_exec_cb(tb, on_run, 0, block);
}

static void write_counts(void) {
  FILE *file = fopen(out, "w");
  if (file == NULL) abort();
  for (struct block *block = blocks; block != NULL; block = block->next)
    if (block->runs > 0) fprintf(file, "%" PRIx64 " %zu %" PRIu64 "\n", block->address, block->instructions, block->runs);
  fclose(file);
}

static void on_call(qemu_plugin_id_t id, unsigned vcpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                    uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  if (number != GETPRIORITY) return;
  thread = vcpu;
  if (counts) write_counts();
  counts = !counts;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  for (int k = 0; k < argc; k++)
    if (strncmp(argv[k], "out=", 4) == 0) snprintf(out, sizeof out, "%s", argv[k] + 4);
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_vcpu_syscall_cb(id, on_call);
  return 0;
}
