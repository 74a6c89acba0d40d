# The JVM binding. `make test-jvm` needs a JDK (8 bytecode is compiled by any JDK from 9 to 23), Maven for JUnit, and a C compiler.
JVM      := $(BUILD)/jvm
JVM_SRC  := bindings/jvm
JAVA     := $(shell find $(JVM_SRC)/src/main $(JVM_SRC)/src/generated -name '*.java')
JAVATEST := $(shell find $(JVM_SRC)/src/test $(JVM_SRC)/src/bench $(JVM_SRC)/examples -name '*.java')
JAVAC    := javac --release 8 -Xlint:all,-options,-serial -Werror -encoding UTF-8
JNI_H     = $(shell dirname $$(find $${JAVA_HOME:-$$(dirname $$(dirname $$(readlink -f $$(command -v javac))))}/include -name jni.h))
JNI_FLAGS = -std=c99 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror -Iinclude -I$(JNI_H) -I$(JNI_H)/linux -Wl,-soname,libqdrant_edge_jni.so
JUNIT    := $(JVM)/junit/junit-platform-console-standalone-1.14.4.jar
MAVEN    := mvn -B -q -Dmaven.repo.local=$(CURDIR)/$(JVM)/m2
MACHINE  := $(shell uname -m)
VERSION  := $(RELEASE:qdrant_edge_go-%=%)
MAVENDIR := $(BUILD)/maven/io/github/qdrant-edge-go/qdrant-edge/$(VERSION)
ARTIFACT := $(MAVENDIR)/qdrant-edge-$(VERSION)
# What the JVM would complain of with -Xcheck:jni is that Go has put its signal handlers before those of Java: that is wanted.
CHECKED  := -Xcheck:jni -XX:+AllowUserSignalHandlers
JVM_TEST  = java $(CHECKED) -Dqdrantedge.library.path=$(CURDIR)/$(JVM)/native

.PHONY: jvm test-jvm skip-jvm test-jar jar bench-jvm jvm-tools

test: $(if $(and $(shell command -v javac),$(shell command -v mvn)),test-jvm,skip-jvm)

skip-jvm:
	@echo 'test-jvm is left out: there is no JDK or no Maven (javac, mvn)'

jvm: $(JVM)/classes.ready $(JVM)/native/libqdrant_edge_jni.so ## compile the JVM binding

jvm-tools:
	@command -v javac >/dev/null && command -v mvn >/dev/null || { echo 'the JVM binding needs a JDK and Maven (javac, mvn)'; exit 1; }

$(JVM)/classes.ready: $(JAVA) | jvm-tools
	@rm -rf $(JVM)/classes && mkdir -p $(JVM)/classes
	@echo 'javac: $(words $(JAVA)) classes' && $(JAVAC) -d $(JVM)/classes $(JAVA)
	@touch $@

$(JVM)/native/libqdrant_edge_jni.so: $(JVM_SRC)/src/main/c/qdrant_edge_jni.c include/qdrant_edge.h $(LIB) | jvm-tools
	@mkdir -p $(JVM)/native && cp $(LIB) $(JVM)/native/
	$(CC) $(JNI_FLAGS) $< -o $@ -L$(JVM)/native -lqdrant_edge

$(JUNIT): $(JVM_SRC)/tools.xml | jvm-tools
	$(MAVEN) -f $(JVM_SRC)/tools.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(JVM)/junit
	@touch $@

$(JVM)/tests.ready: $(JVM)/classes.ready $(JUNIT) $(JAVATEST)
	@rm -rf $(JVM)/tests && mkdir -p $(JVM)/tests
	@$(JAVAC) -cp $(JVM)/classes:$(JUNIT) -d $(JVM)/tests $(JAVATEST)
	@touch $@

test-jvm: jvm $(JVM)/tests.ready $(HUB) $(VENV)/ready ## the Java suite under -Xcheck:jni, docs and guide in Java, the conformance cases
	$(JVM_TEST) -jar $(JUNIT) execute --class-path $(JVM)/classes:$(JVM)/tests --scan-class-path $(JVM)/tests --details=tree --disable-ansi-colors --disable-banner > $(JVM)/junit.log 2>&1; \
	  status=$$?; cat $(JVM)/junit.log; ! grep -E 'WARNING|FATAL ERROR in native' $(JVM)/junit.log && exit $$status
	PYTHONPATH=bindings/python $(PY) $(JVM_SRC)/src/test/conformance.py \
	  'java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dqdrantedge.library.path=$(CURDIR)/$(JVM)/native -cp $(JVM)/classes:$(JVM)/tests io.github.qdrantedge.Driver'

bench-jvm: jvm $(JVM)/tests.ready ## search through JNI beside the Go API, calls per second, as medians of rounds in turn
	$(GO) build -o $(JVM)/gobench ./$(JVM_SRC)/src/bench/go
	java -Dqdrantedge.library.path=$(CURDIR)/$(JVM)/native -cp $(JVM)/classes:$(JVM)/tests io.github.qdrantedge.Bench $(JVM)/gobench

# The natives of the jar, by zig's C compiler against glibc 2.17, as those of the wheels.
define jvm-native
$(JVM)/jar/io/github/qdrantedge/native/linux-$(1)/libqdrant_edge_jni.so: $(JVM_SRC)/src/main/c/qdrant_edge_jni.c include/qdrant_edge.h $(GOFILES) $(VENV)/wheel-ready
	@mkdir -p $$(@D)
	CC="$(PY) -m ziglang cc -target $(1)-linux-gnu.2.17" GOARCH=$(2) ZIG_GLOBAL_CACHE_DIR=$(CURDIR)/$(BUILD)/zig GO=$(GO) capi/build.sh $$(@D)/libqdrant_edge.so
	ZIG_GLOBAL_CACHE_DIR=$(CURDIR)/$(BUILD)/zig $(PY) -m ziglang cc -target $(1)-linux-gnu.2.17 -s $$(JNI_FLAGS) $$< -o $$@ -L$$(@D) -lqdrant_edge
endef
$(eval $(call jvm-native,x86_64,amd64))
$(eval $(call jvm-native,aarch64,arm64))

jar: $(JVM)/classes.ready $(JVM)/jar/io/github/qdrantedge/native/linux-x86_64/libqdrant_edge_jni.so $(JVM)/jar/io/github/qdrantedge/native/linux-aarch64/libqdrant_edge_jni.so ## jar with natives for linux x86_64 and aarch64, sources and javadoc, in Maven's layout under build/maven
	@mkdir -p $(MAVENDIR) $(JVM)/jar/META-INF && cp LICENSE THIRD_PARTY.md $(JVM)/jar/META-INF/
	printf 'Automatic-Module-Name: io.github.qdrantedge\nImplementation-Version: $(VERSION)\n' > $(JVM)/manifest
	jar --create --file $(ARTIFACT).jar --manifest $(JVM)/manifest -C $(JVM)/classes . -C $(JVM)/jar .
	jar --create --file $(ARTIFACT)-sources.jar -C $(JVM_SRC)/src/main/java . -C $(JVM_SRC)/src/generated/java . -C $(JVM_SRC)/src/main c
	@javadoc -quiet -Xdoclint:all -Werror --release 8 -encoding UTF-8 -notimestamp -d $(JVM)/javadoc $(JAVA)
	jar --create --file $(ARTIFACT)-javadoc.jar -C $(JVM)/javadoc .
	sed 's/@VERSION@/$(VERSION)/' $(JVM_SRC)/pom.xml > $(ARTIFACT).pom
	cd $(MAVENDIR) && for f in qdrant-edge-$(VERSION)*.jar *.pom; do sha1sum < $$f | cut -c1-40 | tr -d '\n' > $$f.sha1; done

test-jar: jar $(LIB) ## a Maven project consumes the published layout and runs, on this machine with the natives of the jar
	rm -rf $(JVM)/consumer && cp -r $(JVM_SRC)/consumer $(JVM)/consumer
	$(MAVEN) -f $(JVM)/consumer/pom.xml -Dedge.version=$(VERSION) -Dedge.repository=file://$(CURDIR)/$(BUILD)/maven compile dependency:build-classpath -Dmdep.outputFile=$(CURDIR)/$(JVM)/consumer/classpath
	mkdir -p $(JVM)/consumer/tmp
	java $(CHECKED) -Djava.io.tmpdir=$(JVM)/consumer/tmp -cp $(JVM)/consumer/target/classes:$$(cat $(JVM)/consumer/classpath) consumer.Main
