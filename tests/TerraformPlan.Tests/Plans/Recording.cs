using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Plans;

namespace Actions.TerraformPlan.Tests.Plans;

/// <summary>Plans that a real tool has written (<c>recordings/record.sh</c>), and those that were written by hand for other versions (<c>recordings/other</c>).</summary>
internal static class Recording
{
    public static string Repository { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Repository, "tests", "TerraformPlan.Tests", "recordings");

    public static byte[] Key { get; } = Encoding.UTF8.GetBytes("a key of thirty-two bytes, or so");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)[..^5].Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name + ".json"));

    public static Plan Plan(string name) => Read(Text(name));

    public static JsonObject Json(string name) => JsonNode.Parse(Text(name))!.AsObject();

    public static Plan Read(string json) => PlanReader.Read(Encoding.UTF8.GetBytes(json));

    public static Plan Read(JsonNode json) => Read(json.ToJsonString());

    public static PlanReport Report(Plan plan, PlanContext? context = null) =>
        new() { Plan = plan, Redactor = PlanRedactor.For(plan), Context = context ?? new PlanContext { Name = "prod" } };

    /// <summary>
    /// Compares with <c>recordings/golden/NAME</c>. To accept new output delete the file and run the spec twice: the first run writes it, to be read in the diff.
    /// </summary>
    public static void Matches(string actual, string name, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var path = Path.Combine(Folder, "golden", name);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual, new UTF8Encoding(false));
            Assert.Fail($"golden/{name} was missing and has been written from {what}. Read it, then run the spec again.");
        }

        actual.ShouldBe(File.ReadAllText(path), $"golden/{name}; to accept the new output, delete the file and run the spec twice");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The specs run outside of the repository.");
        return folder.FullName;
    }
}
