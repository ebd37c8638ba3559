using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Integration.Tests.Harness;

/// <summary>An action.yml, as far as a container action uses it.</summary>
internal sealed class ActionManifest
{
    private static readonly IDeserializer Deserializer = new DeserializerBuilder()
        .WithNamingConvention(HyphenatedNamingConvention.Instance)
        .WithCaseInsensitivePropertyMatching()
        .Build();

    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Author { get; set; } = "";

    public Dictionary<string, string> Branding { get; set; } = [];

    /// <summary>In the order of the file.</summary>
    public Dictionary<string, InputDeclaration> Inputs { get; set; } = [];

    /// <summary>In the order of the file.</summary>
    public Dictionary<string, OutputDeclaration> Outputs { get; set; } = [];

    public RunsDeclaration Runs { get; set; } = new();

    public static ActionManifest Parse(string yaml) => Deserializer.Deserialize<ActionManifest>(yaml);

    /// <summary>The manifest of an action of this repository.</summary>
    public static ActionManifest Load(string action) => Parse(File.ReadAllText(PathOf(action)));

    public static string PathOf(string action) => Repository.Path("actions", action, "action.yml");

    internal sealed class InputDeclaration
    {
        public string Description { get; set; } = "";

        public bool Required { get; set; }

        /// <summary>Null when there is none, which reaches the action as an empty string.</summary>
        public string? Default { get; set; }

        [YamlMember(Alias = "deprecationMessage", ApplyNamingConventions = false)]
        public string? DeprecationMessage { get; set; }
    }

    internal sealed class OutputDeclaration
    {
        public string Description { get; set; } = "";
    }

    internal sealed class RunsDeclaration
    {
        public string Using { get; set; } = "";

        public string Image { get; set; } = "";

        public string? Entrypoint { get; set; }

        public List<string> Args { get; set; } = [];

        public Dictionary<string, string> Env { get; set; } = [];
    }
}
