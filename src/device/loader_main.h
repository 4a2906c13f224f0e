/* SPDX-License-Identifier: MIT */
/* The loader's process: what the engine starts of itself. May use: base, disk,
 * boot, vm. */
#ifndef IPL_DEVICE_LOADER_MAIN_H
#define IPL_DEVICE_LOADER_MAIN_H

/* argv[0] by which the program knows that it is the loader; argv[1] is "on" or
 * "off": the sandbox. */
#define IPL_LOADER_NAME "s390-ipl-loader"

/* Its descriptor of the socket to the engine. */
#define IPL_LOADER_SOCKET 3

/* Load until the engine closes the socket. Returns the exit status, which only
 * matters when something went wrong. */
int ipl_loader_main(int argc, char **argv);

#endif
