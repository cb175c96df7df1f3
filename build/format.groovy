// Formats (-Dformat=apply) or checks (otherwise) the Java sources of the house, or of the rooms named by -Dformat.rooms, with
// palantir-java-format. The formatter parses with the compiler of the JDK it runs on, and Maven may run on an older one than
// the sources are written for, so it is started on the JDK 25 toolchain.
import org.apache.maven.toolchain.ToolchainManager

def rooms = (session.userProperties['format.rooms'] ?: '').split() as List ?: project.modules
def files = []
rooms.each { room ->
    def sources = new File(project.basedir, "${room}/src")
    if (!sources.isDirectory()) throw new IllegalArgumentException("${room} has no sources; the rooms are ${project.modules}")
    sources.eachFileRecurse { if (it.name.endsWith('.java')) files << it }
}

def apply = (session.userProperties['format'] ?: 'check') == 'apply'
def done = new File(project.build.directory, 'formatted')
if (!apply && done.isFile() && files.every { it.lastModified() < done.lastModified() }
        && done.text.readLines().toSet() == files.collect { it.path }.toSet()) return

def toolchain = session.container.lookup(ToolchainManager).getToolchainFromBuildContext('jdk', session)
def java = toolchain?.findTool('java') ?: "${System.getProperty('java.home')}/bin/java"
def jars = mojoExecution.mojoDescriptor.pluginDescriptor.artifacts*.file*.path
def arguments = File.createTempFile('format', '.args')
arguments.text = files.collect { "\"${it.path}\"" }.join('\n')
def command = [java, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
['api', 'code', 'file', 'main', 'parser', 'tree', 'util'].each { command += ['--add-exports', "jdk.compiler/com.sun.tools.javac.${it}=ALL-UNNAMED"] }
command += ['-cp', jars.join(File.pathSeparator), 'com.palantir.javaformat.java.Main', '--palantir']
command += apply ? ['--replace'] : ['--dry-run', '--set-exit-if-changed']
command += ["@${arguments.path}".toString()]
def process = new ProcessBuilder(command.collect { it.toString() }).redirectErrorStream(true).start()
def output = process.inputStream.text.trim()
def exit = process.waitFor()
arguments.delete()
if (exit != 0) {
    throw new IllegalStateException("Not formatted as palantir-java-format would:\n${output}\nRun `build/format` and look at the difference.")
}
done.parentFile.mkdirs()
done.text = files.collect { it.path }.join('\n')
