/* Loaded before libc: every write, truncation and sync of files in WITNESS_FOLDER is also written to WITNESS_TRACE,
   in the order in which it was made. A record: operation, file number, offset, length (four 64-bit integers, native
   byte order), then the data of a write, or the name of a file that is met for the first time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { NAME = 0, WRITE = 1, SYNC = 2, TRUNCATE = 3 };

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_ftruncate)(int, off64_t);
static int trace = -1, known;
static char names[64][PATH_MAX], folder[PATH_MAX];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    const char *where = getenv("WITNESS_FOLDER"), *to = getenv("WITNESS_TRACE");
    if (where && to && realpath(where, folder)) trace = open(to, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static void tell(int64_t what, int64_t file, int64_t offset, int64_t length, const void *data) {
    int64_t head[4] = {what, file, offset, length};
    if (real_write(trace, head, sizeof head) != sizeof head) abort();
    for (int64_t done = 0; data && done < length;) {
        ssize_t step = real_write(trace, (const char *)data + done, length - done);
        if (step < 0) abort();
        done += step;
    }
}

static int file_of(int fd) {
    char link[64], path[PATH_MAX];
    if (trace < 0) return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return -1;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return -1;
    for (int file = 0; file < known; file++)
        if (!strcmp(names[file], path)) return file;
    if (known == 64) abort();
    strcpy(names[known], path);
    tell(NAME, known, 0, length, path);
    return known++;
}

static void note(int64_t what, int fd, int64_t offset, int64_t length, const void *data) {
    pthread_mutex_lock(&turn);
    int file = file_of(fd);
    if (file >= 0) tell(what, file, offset, length, data);
    pthread_mutex_unlock(&turn);
}

ssize_t write(int fd, const void *data, size_t length) {
    off64_t at = trace < 0 ? 0 : lseek64(fd, 0, SEEK_CUR);
    ssize_t done = real_write(fd, data, length);
    if (done > 0) note(WRITE, fd, at, done, data);
    return done;
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    ssize_t done = real_pwrite(fd, data, length, at);
    if (done > 0) note(WRITE, fd, at, done, data);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite64(fd, data, length, at); }
int fsync(int fd) {
    int failed = real_fsync(fd);
    if (!failed) note(SYNC, fd, 0, 0, NULL);
    return failed;
}
int fdatasync(int fd) {
    int failed = real_fdatasync(fd);
    if (!failed) note(SYNC, fd, 0, 0, NULL);
    return failed;
}
int ftruncate64(int fd, off64_t length) {
    int failed = real_ftruncate(fd, length);
    if (!failed) note(TRUNCATE, fd, length, 0, NULL);
    return failed;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
