# SPDX-License-Identifier: Apache-2.0
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout


class NpsConan(ConanFile):
    name = "nps"
    description = "Statistics for Net Promoter Score and customer-loyalty surveys"
    license = "Apache-2.0"
    topics = ("statistics", "survey", "net-promoter-score", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    exports_sources = "include/*", "LICENSE"
    no_copy_source = True

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, "include", "nps", "version.hpp"))
        self.version = re.search(r'NPS_VERSION_STRING "([^"]+)"', text).group(1)

    def layout(self):
        basic_layout(self)

    def requirements(self):
        self.requires("boost/[>=1.74.0 <2]", options={"header_only": True})
        self.requires("eigen/[>=3.4.0 <6]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"),
             os.path.join(self.package_folder, "include"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.requires = ["boost::headers", "eigen::eigen"]
        self.cpp_info.set_property("cmake_file_name", "nps")
        self.cpp_info.set_property("cmake_target_name", "nps::nps")
        self.cpp_info.set_property("pkg_config_name", "nps")
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
