using Actions.Shared;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Tests.Tools;

public sealed class WantedVersionSpecs : IDisposable
{
    private readonly TemporaryDirectory _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_input_wins_then_the_nearest_file_then_the_configuration()
    {
        _workspace.Write(".terraform-version", "1.9.0\n");
        _workspace.Write("infra/.terraform-version", "# for the platform\n1.10.0\n");
        _workspace.Write("infra/prod/main.tf", "terraform {\n  required_version = \">= 1.5\"\n}\n");

        Of("1.11.4").ShouldBe(("1.11.4", "input terraform-version"));
        Of("").ShouldBe(("1.10.0", "infra/.terraform-version"));
        File.Delete(Path.Combine(_workspace.Path, "infra/.terraform-version"));
        Of("").ShouldBe(("1.9.0", ".terraform-version"));
        File.Delete(Path.Combine(_workspace.Path, ".terraform-version"));
        Of("").ShouldBe((">= 1.5", "required_version"));
    }

    [Fact]
    public void OpenTofu_has_a_file_of_its_own()
    {
        _workspace.Write("infra/prod/.terraform-version", "1.9.0\n");
        _workspace.Write("infra/prod/.opentofu-version", "1.8.5\n");

        Of("", ToolKind.Opentofu).Text.ShouldBe("1.8.5");
        Of("").Text.ShouldBe("1.9.0");
    }

    [Fact]
    public void Every_required_version_of_a_root_counts_and_what_only_looks_like_one_does_not()
    {
        _workspace.Write("infra/prod/a.tf", "terraform { required_version = \">= 1.5\" }\n# required_version = \"0.1\"\n/* required_version = \"0.2\" */\nlocals {\n  text = \"required_version = \"\n  doc  = <<EOT\n  required_version = \"0.3\"\n  EOT\n}\n");
        _workspace.Write("infra/prod/b.tf.json", """{"terraform": [{"required_version": "< 2.0"}]}""");

        Of("").ShouldBe((">= 1.5, < 2.0", "required_version"));
    }

    [Fact]
    public void A_root_that_says_nothing_takes_any_version()
    {
        _workspace.Write("infra/prod/main.tf", "resource \"terraform_data\" \"x\" {}\n");

        Of("").ShouldBe(("", ""));
    }

    [Fact]
    public void A_file_that_names_no_version_is_told_with_its_path()
    {
        _workspace.Write("infra/prod/.terraform-version", "latest\n");

        var thrown = Should.Throw<ActionException>(() => Of(""));

        thrown.Location!.File.ShouldBe("infra/prod/.terraform-version");
        thrown.Detail.ShouldBe("\"latest\" is not a condition such as \">= 1.5\" or \"~> 1.11.0\".");
    }

    private (string Text, string Source) Of(string input, ToolKind kind = ToolKind.Terraform)
    {
        var root = Directory.CreateDirectory(Path.Combine(_workspace.Path, "infra/prod")).FullName;
        var wanted = WantedVersion.Of(input, ToolVendor.Of(kind), root, _workspace.Path);
        return (wanted.Constraint?.Text ?? "", wanted.Source);
    }
}
