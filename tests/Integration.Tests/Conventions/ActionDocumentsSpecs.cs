using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

public class ActionDocumentsSpecs
{
    private static readonly ActionManifest Declared = new()
    {
        Inputs = new()
        {
            ["one"] = new() { Description = "A plain sentence.", Default = "word" },
            ["two"] = new() { Description = "Reads `a: b` or `c|d`, and a # too.", Default = "off" },
            ["three"] = new() { Description = new string('x', 100) + " " + new string('y', 100) + ".", Default = "a\n\"b\"" },
            ["four"] = new() { Description = "Needed.", Required = true },
        },
        Outputs = new() { ["five"] = new() { Description = "An output." } },
    };

    [Fact]
    public void What_is_written_into_an_action_file_reads_as_what_was_declared()
    {
        var text = ActionDocuments.WithDeclarations("name: x # kept\n\ninputs:\n  old: {}\n\noutputs: {}\n\nruns:\n  using: docker\n", Declared);

        text.ShouldStartWith("name: x # kept\n\ninputs:\n  one:\n");
        text.ShouldEndWith("\n\nruns:\n  using: docker\n");
        text.Split('\n').ShouldAllBe(line => line.Length <= 140);
        var read = ActionManifest.Parse(text);
        read.Inputs.Select(Fields).ShouldBe(Declared.Inputs.Select(Fields));
        read.Outputs["five"].Description.ShouldBe("An output.");

        static (string, string, string?, bool) Fields(KeyValuePair<string, ActionManifest.InputDeclaration> input) =>
            (input.Key, input.Value.Description, input.Value.Default, input.Value.Required);
    }

    [Fact]
    public void Writing_twice_changes_nothing()
    {
        var once = ActionDocuments.WithDeclarations("name: x\ninputs:\n\nruns:\n", Declared);

        ActionDocuments.WithDeclarations(once, ActionManifest.Parse(once)).ShouldBe(once);
    }

    [Fact]
    public void A_table_holds_every_input_with_its_default_and_no_cell_breaks_it()
    {
        var text = ActionDocuments.WithTables("# x\n<!-- inputs -->\nold\n<!-- /inputs -->\nkept\n<!-- outputs -->\n<!-- /outputs -->\n", Declared);

        text.ShouldContain("| `two` | `off` | Reads `a: b` or `c\\|d`, and a # too. |\n");
        text.ShouldContain("| `three` | `a` `\"b\"` |");
        text.ShouldContain("| `four` | **required** | Needed. |\n<!-- /inputs -->\nkept\n<!-- outputs -->\n| Output | Description |\n|---|---|\n| `five` | An output. |\n");
        text.ShouldNotContain("old");
    }

    [Fact]
    public void A_readme_without_its_markers_is_refused() => Should.Throw<FormatException>(() => ActionDocuments.WithTables("# x\n", Declared));
}
