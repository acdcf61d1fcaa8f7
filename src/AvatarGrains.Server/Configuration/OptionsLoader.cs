namespace AvatarGrains.Server.Configuration;

/// <summary>Reads the settings from their sources.</summary>
internal static class OptionsLoader
{
    private const string EnvironmentPrefix = "AVATAR_";

    /// <summary>Reads and validates.</summary>
    /// <param name="file">JSON file, or null.</param>
    /// <param name="commandLine">Settings given on the command line.</param>
    /// <exception cref="StartupException">With every mistake found.</exception>
    public static ServerOptions Load(string? file, IReadOnlyDictionary<string, string?> commandLine)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            CheckFile(file);
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        CheckEnvironment();
        var configuration = builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine).Build();
        ServerOptions options;
        try
        {
            options = configuration.Get<ServerOptions>() ?? new ServerOptions();
        }
        catch (InvalidOperationException wrong)
        {
            // The file has been checked: this is the environment or the command line. The binder names the setting in its words.
            throw new StartupException($"A setting of the environment or the command line has the wrong type. {wrong.Message}", wrong);
        }

        var errors = OptionsValidator.Validate(options);
        return errors.Count == 0 ? options : throw new StartupException(errors);
    }

    private static void CheckEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).Build();
        if (SettingsEnvironment.Problems(EnvironmentPrefix, variables, typeof(ServerOptions)).ToArray() is { Length: > 0 } problems)
        {
            throw new StartupException(problems);
        }
    }

    /// <summary>What the file says must mean something: each mistake is named with its line.</summary>
    private static void CheckFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new StartupException($"The configuration file {file} does not exist.");
        }

        IReadOnlyList<string> problems;
        try
        {
            problems = SettingsFile.Problems(file, typeof(ServerOptions));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The configuration file {file} cannot be read: {wrong.Message}", wrong);
        }

        if (problems.Count > 0)
        {
            throw new StartupException(problems);
        }
    }
}
