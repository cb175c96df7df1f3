// Fails the build when a resolved dependency came without its POM: Maven would only warn and leave its dependencies out.
// Looks beside each resolved jar in the local repository; what the reactor itself builds has no repository file.
def withoutPom = project.artifacts.findAll { artifact ->
    def jar = artifact.file
    def fromRepository = jar != null && jar.isFile() && jar.parentFile.name == artifact.baseVersion
    fromRepository && !new File(jar.parentFile, "${artifact.artifactId}-${artifact.baseVersion}.pom").isFile()
}
if (!withoutPom.isEmpty()) {
    def names = withoutPom.collect { "  ${it.groupId}:${it.artifactId}:${it.version}" }.join('\n')
    throw new IllegalStateException("These dependencies of ${project.artifactId} were resolved without a POM, so what they need is missing:\n${names}\n"
            + "Choose a version that the repository holds whole (properties in the parent pom.xml), or delete the folder in the local repository and try again.")
}
