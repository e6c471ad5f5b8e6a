# The commands that a person types. The build itself is meson's: see meson.build.
#
#   make demo    build, boot the embedded guest, let it show what it can, end
#   make check   build with gcc and clang, all tests, sanitizers, a short fuzz run, coverage
#   make bench   speed, as ratios to Debian's simh, and to C
#   make install / make clean
#
# Whatever is missing is installed with apt (as root, or through sudo), and said so.

BUILD ?= build
PREFIX ?= /usr/local

help:
	@sed -n 's/^#   //p' Makefile

demo:
	@tools/need build
	@tools/build $(BUILD)
	@tools/demo $(BUILD)

check:
	@tools/need build check
	@tools/check

bench:
	@tools/need build bench
	@tools/build $(BUILD)
	@bench/bench $(BUILD)
	@bench/v6 $(BUILD)

install:
	@tools/need build
	@tools/build $(BUILD)
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@meson install -C $(BUILD)

clean:
	rm -rf build build-*

.PHONY: help demo check bench install clean
