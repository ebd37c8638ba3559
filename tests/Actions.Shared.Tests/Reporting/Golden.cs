using System.Runtime.CompilerServices;
using System.Text;

namespace Actions.Shared.Tests.Reporting;

/// <summary>
/// Golden files: what a renderer wrote when somebody last looked at it. To accept new output, delete the file and run the spec twice:
/// the first run fails and writes the file from what it got, to be read in the diff; the second passes.
/// </summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string name) => Path.Combine(Root, "tests", "Actions.Shared.Tests", "Reporting", "fixtures", name);

    public static void Matches(string actual, string name, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, actual, new UTF8Encoding(false));
            Assert.Fail($"fixtures/{name} was missing and has been written from {what}. Read it, then run the spec again.");
        }

        var expected = File.ReadAllText(path);
        if (actual == expected) return;
        var (now, was) = (actual.Split('\n'), expected.Split('\n'));
        var line = now.Zip(was).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"""
            fixtures/{name} differs from line {line + 1} on; to accept the new output, delete the file and run the spec twice.
            was: {was.ElementAtOrDefault(line)}
            is:  {now.ElementAtOrDefault(line)}
            """);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The specs run outside of the repository.");
        return folder.FullName;
    }
}
