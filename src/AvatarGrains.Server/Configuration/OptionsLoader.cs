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

        var configuration = builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(commandLine).Build();
        ServerOptions options;
        try
        {
            options = configuration.Get<ServerOptions>() ?? new ServerOptions();
        }
        catch (InvalidOperationException wrong)
        {
            throw new StartupException($"A setting has the wrong type: {wrong.Message}", wrong);
        }

        var errors = OptionsValidator.Validate(options);
        return errors.Count == 0 ? options : throw new StartupException(errors);
    }

    /// <summary>A misspelt setting in the file would silently be its default: it is an error instead.</summary>
    private static void CheckFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new StartupException($"The configuration file {file} does not exist.");
        }

        try
        {
            new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false).Build()
                .Get<ServerOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidDataException wrong)
        {
            throw new StartupException($"{file} is not valid JSON: {(wrong.InnerException ?? wrong).Message}", wrong);
        }
        catch (InvalidOperationException wrong)
        {
            // The binder names the settings at the end of its sentence.
            var names = wrong.Message[(wrong.Message.LastIndexOf(':') + 1)..].Trim();
            throw new StartupException($"{file} has settings that do not exist or have the wrong type: {names}", wrong);
        }
    }
}
